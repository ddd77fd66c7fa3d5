/**
 * Files and folders, whatever is in them: read and unpacked within limits, digested, locked, and written whole or not
 * at all.
 */
package io.github.fairnessgate.file;
