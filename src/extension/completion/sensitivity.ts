/** How sure the gate must be that ghost text is right before it shows it unasked. */
export const SENSITIVITIES = ["quiet", "balanced", "eager"] as const;
export type Sensitivity = (typeof SENSITIVITIES)[number];

/** Chosen on replayed typing; docs/ghost-text.md has what each is worth. */
export const LEAST_PROBABILITY: Readonly<Record<Sensitivity, number>> = { quiet: 0.6, balanced: 0.5, eager: 0.35 };
