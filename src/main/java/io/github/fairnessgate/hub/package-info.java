/**
 * Models from the Hugging Face hub, in the cache that Hugging Face's own tools use. The protocol is that of
 * huggingface_hub 0.36: one request for the names of a revision's files, one for each file's size and checksum, one for
 * its content. The one place that opens connections itself; knows nothing of Maven.
 */
package io.github.fairnessgate.hub;
