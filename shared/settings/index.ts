/** Settings: one schema, a default for all of it, and files that are read whole or not at all. */
export { defaultSettings } from './defaults.ts';
export { settingsIn } from './file.ts';
export { settingsFrom, type Mistake, type ReadSettings } from './read.ts';
export { settingRows, settingsJsonSchema, type SettingRow } from './schema.ts';
