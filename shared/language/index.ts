/** The words a rule is written in. */
export * from './actions.ts';
export * from './allow.ts';
export * from './args.ts';
export * from './dates.ts';
export * from './define.ts';
export * from './facts.ts';
export * from './freezes.ts';
export * from './gate.ts';
export * from './gate-text.ts';
export * from './globs.ts';
export * from './holds.ts';
export * from './issues.ts';
export * from './labels.ts';
export * from './nearest.ts';
export * from './settings.ts';
export * from './text.ts';
