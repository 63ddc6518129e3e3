import * as vscode from "vscode";
import { examine } from "../../doctor/examine.ts";
import { makeReport, titleOf, toMarkdown } from "../../doctor/report.ts";
import { showProgress } from "../notify.ts";
import { subjectOf, type DoctorParts } from "./subject.ts";

/** Makes all checks, and shows what they have found in a new document that is not saved anywhere. @throws LocalghostError `cancelled` */
export async function runDoctor(parts: DoctorParts): Promise<void> {
  const subject = subjectOf(parts);
  const diagnoses = await showProgress(vscode.l10n.t("Doctor"), (report, signal) =>
    examine(subject, signal, (check, done) => report(titleOf(check), done)),
  );
  const content = toMarkdown(makeReport(subject.client, diagnoses), subject.privateWords);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "markdown", content }));
}
