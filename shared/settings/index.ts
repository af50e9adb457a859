/** Settings: one schema, a default for all of it, and files that are read whole or not at all. */
export {
  mistakesIn,
  ORGANIZATION_FILE,
  REPOSITORY_FILE,
  settingsBook,
  type FileInForce,
  type FilesInForce,
  type SettingsBook,
  type Where,
} from './book.ts';
export { declaredKeys, nameOf, requirementUnder, sections, switchesIn, type Settings } from './declared.ts';
export { defaultSettings } from './defaults.ts';
export { bookFrom, type DeploymentFiles } from './file.ts';
export { commandShifts, differencesBetween } from './difference.ts';
export { settingsJsonSchema, type JsonSchema } from './json-schema.ts';
export {
  changedKeys,
  inForceAt,
  inWords,
  placeInWords,
  type InForce,
  type Layer,
  type LayerName,
  type Origin,
} from './layers.ts';
export { settingsSet, type ListedSetting } from './listing.ts';
export { settingsFrom, settingsOf, type Mistake, type ReadSettings, type SettingsDocument } from './read.ts';
export { settingRows, type FileKind, type SettingRow } from './schema.ts';
