/** OWNERS and CODEOWNERS: parse, inherit, work out what is still unapproved. Pure: texts in, answers out. */
export {
  approvalState,
  basisOf,
  mayApproveAll,
  mayApproveAny,
  mayReviewAny,
  reasonInWords,
  rootApproversOf,
  sidesFor,
  type ApprovalGroup,
  type ApprovalQuestion,
  type ApprovalState,
  type ChangedFile,
  type Ownership,
  type Reason,
  type Side,
} from './approval.ts';
export {
  CODEOWNERS_PATHS,
  codeownersOf,
  compileCodeowners,
  groupsIn,
  MAX_CODEOWNERS_BYTES,
  type CodeownersIndex,
  type CodeownersRule,
} from './codeowners.ts';
export {
  BUILT_IN_DENIED,
  boundedToRoot,
  compileOwners,
  digestOf,
  directoriesOf,
  folderOf,
  extendOwners,
  isWiderThan,
  ownersFilesOf,
  ownsAnything,
  unknownFilesOf,
  type Blob,
  type OwnersIndex,
  type OwnersInput,
  type OwnersOptions,
} from './compile.ts';
export {
  ALWAYS,
  MAX_OWNERS_BYTES,
  normalizeLogin,
  parseAliases,
  parseFrontMatter,
  parseOwners,
  type Aliases,
  type OwnersFile,
  type Problem,
  type Rule,
  type Unreadable,
} from './parse.ts';
export { outOfReachIn, type OutOfReach } from './quota.ts';
export { capturesOf, compilePattern, type Pattern } from './patterns.ts';
export { labelsFor, ownersOf, UnknownOwners, type Heirs, type PathOwners } from './resolve.ts';
export { reviewersFor, type Reviewers, type ReviewersQuestion } from './reviewers.ts';
export { decodeIndex, encodeIndex } from './stored.ts';
export type { Word } from './words.ts';
