/** How sure the gate must be that ghost text is right before it shows it unasked. */
export const SENSITIVITIES = ["quiet", "balanced", "eager"] as const;
export type Sensitivity = (typeof SENSITIVITIES)[number];

/** Chosen on replayed typing; docs/ghost-text.md has what each is worth. */
export const LEAST_PROBABILITY: Readonly<Record<Sensitivity, number>> = { quiet: 0.6, balanced: 0.5, eager: 0.35 };

/**
 * The same for what the memory of the workspace had a say in. It has so much more to show that more of it can be asked to
 * be right: at these what is shown is right more often than without it (docs/memory.md).
 */
export const LEAST_WITH_MEMORY: Readonly<Record<Sensitivity, number>> = { quiet: 0.8, balanced: 0.7, eager: 0.5 };
