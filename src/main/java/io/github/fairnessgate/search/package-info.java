/**
 * A search among recipes: what the space holds, how candidates are screened, and which of them is best. Knows neither
 * Maven nor models.
 */
package io.github.fairnessgate.search;
