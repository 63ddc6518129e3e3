/** What must hold before a version is published. */

/**
 * @typedef {object} Release
 * @property {string} tag
 * @property {string} version Of package.json.
 * @property {string} lockVersion Of package-lock.json.
 * @property {string} changelog
 */

/**
 * VS Code takes the higher version, whether it is a pre-release or not, and knows no suffixes: so odd minor versions are
 * pre-releases, and even ones are for everyone.
 *
 * @param {string} version
 */
export function isPreRelease(version) {
  return Number(version.split(".")[1]) % 2 === 1;
}

/**
 * What keeps a release from being published, one sentence each.
 *
 * @param {Release} release
 * @returns {string[]}
 */
export function releaseProblems({ tag, version, lockVersion, changelog }) {
  const problems = [];
  if (!/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(version)) {
    problems.push(
      `package.json's version "${version}" is not three numbers, which is all that VS Code's marketplace takes.`,
    );
  }
  if (tag !== `v${version}`) problems.push(`The tag is ${tag}, and package.json's version asks for v${version}.`);
  if (lockVersion !== version) problems.push(`package-lock.json says ${lockVersion}: run npm install.`);
  const notes = notesOf(changelog, version);
  if (notes === undefined) problems.push(`CHANGELOG.md has no section "## ${version}".`);
  else if (notes === "") problems.push(`CHANGELOG.md says nothing of ${version}.`);
  return problems;
}

/**
 * The section of a version.
 *
 * @param {string} changelog
 * @param {string} version
 * @returns {string | undefined} Its text; undefined where there is none.
 */
export function notesOf(changelog, version) {
  const sections = changelog.split(/^## /m).slice(1);
  const own = sections.find((section) => section.split(/\s/, 1)[0] === version);
  return own?.slice(own.indexOf("\n")).trim();
}
