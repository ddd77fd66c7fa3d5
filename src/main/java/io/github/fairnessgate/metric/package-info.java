/** What a metric is: its id, its definition by the suite that measures it, and what it was measured as. */
package io.github.fairnessgate.metric;
