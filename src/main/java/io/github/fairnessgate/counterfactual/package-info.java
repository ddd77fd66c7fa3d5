/** Words that stand for groups of people, and texts in which they are exchanged. */
package io.github.fairnessgate.counterfactual;
