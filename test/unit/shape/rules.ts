import { DOORS, FOLDERS, PACKAGES, READS_CLOCK, READS_ENVIRONMENT, SELF_CONTAINED } from './directions.js';
import { folderOf, type Source, targetOf } from './source.js';

/** Everything one file does that the tables do not allow, one sentence each. */
export function violations(source: Source): string[] {
  return [
    ...source.imports.flatMap((specifier) => importFaults(source, specifier)),
    ...(source.reExports && !Object.values(DOORS).includes(source.path)
      ? ['re-exports: import from the file itself']
      : []),
    ...(source.readsClock && !READS_CLOCK.includes(source.path) ? ['asks the time: take a Clock'] : []),
    ...(source.readsEnvironment && !READS_ENVIRONMENT.includes(source.path)
      ? ['reads process.env: add a setting to config/config.ts']
      : []),
  ].map((fault) => `${source.path} ${fault}`);
}

function importFaults(source: Source, specifier: string): string[] {
  const target = targetOf(source, specifier);
  return target === undefined ? packageFaults(source, specifier) : directionFaults(source, target);
}

function directionFaults({ folder }: Source, target: string): string[] {
  const to = folderOf(target);
  if (to === folder) return [];
  const known = FOLDERS.find(({ name }) => name === folder);
  if (!known) return [`lies in ${folder}/, which is not in the table of folders`];
  const door = DOORS[to];
  return [
    ...(known.mayImport.includes(to) ? [] : [`imports ${target}, and ${folder} may not import ${to}`]),
    ...(door === undefined || target === door ? [] : [`imports ${target} past the door ${door}`]),
  ];
}

function packageFaults({ folder }: Source, specifier: string): string[] {
  if (SELF_CONTAINED.includes(folder)) return [`imports ${specifier}, and ${folder} imports nothing from outside`];
  return PACKAGES.filter(
    ({ prefix, onlyIn }) =>
      !onlyIn.includes(folder) &&
      (specifier === prefix || specifier.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)),
  ).map(({ onlyIn }) => `imports ${specifier}, which belongs to ${onlyIn.join(', ')}`);
}
