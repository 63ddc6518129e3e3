/** Which model a request is for: each task and each language may have its own. */

/** The settings that name models. */
export interface ModelSettings {
  readonly model: string;
  /** By VS Code's identifiers of languages. */
  readonly modelByLanguage: Readonly<Record<string, string>>;
  /** By the ids of tasks. */
  readonly modelByTask: Readonly<Record<string, string>>;
}

/** What a model is asked for; both absent: anything. */
export interface ModelUse {
  readonly languageId?: string | undefined;
  readonly task?: string | undefined;
}

/** What a setting chooses a model for. */
export type ModelTarget =
  | { readonly kind: "all" }
  | { readonly kind: "language"; readonly id: string }
  | { readonly kind: "task"; readonly id: string };

/** The model of a use: its task's own, else its language's, else that of all others. */
export function chooseModel(settings: ModelSettings, { languageId, task }: ModelUse): string {
  return own(settings.modelByTask, task) ?? own(settings.modelByLanguage, languageId) ?? settings.model;
}

/** All that the settings choose models for, with the models' names. */
export function chosenModels({ model, modelByLanguage, modelByTask }: ModelSettings): {
  target: ModelTarget;
  name: string;
}[] {
  return [
    { target: { kind: "all" }, name: model },
    ...Object.entries(modelByLanguage).map(([id, name]) => ({ target: { kind: "language", id } as const, name })),
    ...Object.entries(modelByTask).map(([id, name]) => ({ target: { kind: "task", id } as const, name })),
  ];
}

function own(models: Readonly<Record<string, string>>, key: string | undefined): string | undefined {
  return key !== undefined && Object.hasOwn(models, key) ? models[key] : undefined;
}
