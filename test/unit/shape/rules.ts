import { DOORS, FOLDERS, type Folder, PACKAGES, READS_CLOCK, READS_ENVIRONMENT, SELF_CONTAINED } from './directions.js';
import { folderOf, type Source, targetOf } from './source.js';

/** Everything one file does that the tables do not allow, one sentence each. */
export function violations(source: Source): string[] {
  const folder = FOLDERS.find(({ name }) => name === source.folder);
  return [
    ...(folder
      ? source.imports.flatMap((specifier) => importFaults(source, folder, specifier))
      : [`lies in ${source.folder}/, which is not in the table of folders`]),
    ...(source.reExports && !Object.values(DOORS).includes(source.path)
      ? ['re-exports: import from the file itself']
      : []),
    ...(source.readsClock && !READS_CLOCK.includes(source.path) ? ['asks the time: take a Clock'] : []),
    ...(source.readsEnvironment && !READS_ENVIRONMENT.includes(source.path)
      ? ['reads process.env: add a setting to config/config.ts']
      : []),
  ].map((fault) => `${source.path} ${fault}`);
}

function importFaults(source: Source, folder: Folder, specifier: string): string[] {
  const target = targetOf(source, specifier);
  return target === undefined ? packageFaults(folder, specifier) : directionFaults(folder, target);
}

function directionFaults({ name, mayImport }: Folder, target: string): string[] {
  const to = folderOf(target);
  if (to === name) return [];
  const door = DOORS[to];
  return [
    ...(mayImport.includes(to) ? [] : [`imports ${target}, and ${name} may not import ${to}`]),
    ...(door === undefined || target === door ? [] : [`imports ${target} past the door ${door}`]),
  ];
}

function packageFaults({ name }: Folder, specifier: string): string[] {
  if (SELF_CONTAINED.includes(name)) return [`imports ${specifier}, and ${name} imports nothing from outside`];
  return PACKAGES.filter(
    ({ prefix, onlyIn }) => !onlyIn.includes(name) && (specifier === prefix || specifier.startsWith(`${prefix}/`)),
  ).map(({ onlyIn }) => `imports ${specifier}, which belongs to ${onlyIn.join(', ')}`);
}
