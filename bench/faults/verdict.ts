/** What must be so after the run: one record per invocation, each effect once, in order. Every breach is named. */
import { eventsOn, labelNamed, loginOf } from '../../local/github/state.ts';
import type { AuditRecord } from '../../shared/audit-record.ts';
import { HOLD } from '../../shared/language/index.ts';
import type { AuditTrail } from '../../shared/store/audit.ts';
import type { Journey } from './deliveries.ts';
import type { Place, Said, World } from './world.ts';

export type Breach = {
  readonly is: 'record' | 'missing' | 'doubled' | 'order';
  readonly pull: string;
  readonly what: string;
};

export async function breachesIn(
  world: World,
  audit: AuditTrail,
  comments: ReadonlyMap<number, Journey>,
): Promise<readonly Breach[]> {
  const found: Breach[] = [];
  for (const place of world.places) {
    // oxlint-disable-next-line no-await-in-loop
    const records = await audit.after(place.name, 0);
    // oxlint-disable-next-line no-await-in-loop
    const { sound, sentence } = await audit.verify(place.name);
    const breach = (is: Breach['is'], what: string): void => void found.push({ is, pull: place.name, what });
    if (!sound) breach('record', sentence);
    judgeRecords(place, records, comments, breach);
    judgeOrder(records, comments, breach);
    judgeComments(world, place, records, breach);
    judgePull(world, place, records, breach);
  }
  return found;
}

type Tell = (is: Breach['is'], what: string) => void;

const isOf = (record: AuditRecord, comment: number): boolean => record.source.id === String(comment);

function judgeRecords(
  { said }: Place,
  records: readonly AuditRecord[],
  comments: ReadonlyMap<number, Journey>,
  breach: Tell,
): void {
  for (const { comment, line, expected } of said) {
    if (comments.get(comment)?.accepted === undefined) breach('record', `${line} was never taken by the door`);
    const own = records.filter((record) => isOf(record, comment) && record.command.indexOf(':') < 0);
    if (own.length !== 1) breach('record', `${line} has ${own.length} records`);
    const [record] = own;
    const outcome = record?.outcome;
    if (record !== undefined && expected !== 'changes' && outcome !== expected) {
      breach('record', `${line} ended as ${outcome}: ${record.reason}`);
    }
  }
  const places = new Map<string, number>();
  for (const { delivery, position } of records) {
    const key = `${delivery} ${position}`;
    places.set(key, (places.get(key) ?? 0) + 1);
  }
  for (const [key, count] of places) if (count > 1) breach('record', `${key} has ${count} records`);
}

/** Of two comments, the one that the door had taken before the other was sent is recorded before it. */
function judgeOrder(records: readonly AuditRecord[], comments: ReadonlyMap<number, Journey>, breach: Tell): void {
  const told = records.flatMap((record) => {
    const journey = comments.get(Number(record.source.id));
    return journey === undefined || record.command.includes(':') ? [] : [{ record, ...journey }];
  });
  for (const [index, later] of told.entries()) {
    const overtaken = told
      .slice(index + 1)
      .find(({ accepted }) => accepted !== undefined && accepted < later.firstSent);
    if (overtaken !== undefined) breach('order', `${later.record.text} came before ${overtaken.record.text}`);
  }
}

function judgeComments(
  { github }: World,
  { repository, pull, said }: Place,
  records: readonly AuditRecord[],
  breach: Tell,
): void {
  const bot = `${github.app.slug}[bot]`;
  const ours = [...repository.comments.values()].filter(
    ({ issueNumber, authorId }) => issueNumber === pull.number && loginOf(github.state, authorId) === bot,
  );
  const markers = new Map<string, number>();
  for (const { body } of ours) {
    const marker = /^<!-- bowsprit:([^>]*) -->/.exec(body)?.[1] ?? 'no marker';
    markers.set(marker, (markers.get(marker) ?? 0) + 1);
  }
  for (const [marker, count] of markers) {
    if (count > 1) breach('doubled', `${count} comments: ${marker}`);
  }
  if ((markers.get('notice approval') ?? 0) === 0) breach('missing', 'the notice of who must approve');
  for (const one of said) {
    const record = records.find((each) => isOf(each, one.comment) && !each.command.includes(':'));
    const answered = answeredBy(one, record);
    const replies = markers.get(`reply comment/${one.comment}`) ?? 0;
    if (answered && replies === 0) breach('missing', `the answer to ${one.line}`);
    if (!answered && replies > 0) breach('doubled', `an answer to ${one.line} that says nothing`);
    const reactions = (repository.comments.get(one.comment)?.reactions ?? []).filter(
      ({ userId }) => loginOf(github.state, userId) === bot,
    );
    const right = record?.outcome === 'done' ? '+1' : 'confused';
    if (!reactions.some(({ content }) => content === right)) breach('missing', `the reaction to ${one.line}`);
    for (const { content } of reactions) {
      if (content !== right) breach('doubled', `${content} on ${one.line} besides ${right}`);
    }
  }
}

function answeredBy({ answered, expected }: Said, record: AuditRecord | undefined): boolean {
  return expected === 'changes' ? record?.outcome === 'refused' : answered;
}

function judgePull(
  { github }: World,
  { repository, pull, merges, said }: Place,
  records: readonly AuditRecord[],
  breach: Tell,
): void {
  const bot = `${github.app.slug}[bot]`;
  const events = eventsOn(repository, pull.number).filter(({ actorId }) => loginOf(github.state, actorId) === bot);
  const labeled = (name: string): number =>
    events.filter(({ event, label }) => event === 'labeled' && label?.name === name).length;
  const isOn = (name: string): boolean => {
    const label = labelNamed(repository, name);
    return label !== undefined && pull.labels.includes(label.id);
  };
  const once = (name: string, why: string): void => {
    if (!isOn(name)) breach('missing', `the label ${name} (${why})`);
    if (labeled(name) > 1) breach('doubled', `the label ${name} was put on ${labeled(name)} times`);
  };
  for (const { label, line } of said) if (label !== undefined) once(label, line);
  once('size/XS', 'automation');

  // What hangs on order must be as the records say.
  let held = false;
  let holds = 0;
  let title = '';
  let titles = 0;
  for (const { text, outcome } of records) {
    if (outcome !== 'done') continue;
    if (text.startsWith('/hold') && !held) holds += 1;
    if (text.startsWith('/hold')) held = true;
    if (text === '/unhold') held = false;
    const [, wanted = ''] = /^\/retitle (.*)/.exec(text) ?? [];
    if (wanted !== '' && wanted !== title) titles += 1;
    if (wanted !== '') title = wanted;
  }
  if (isOn(HOLD) !== held) breach('missing', `the label ${HOLD} is ${held ? 'off' : 'on'}`);
  if (labeled(HOLD) > holds) breach('doubled', `${HOLD} was put on ${labeled(HOLD)} times, not ${holds}`);
  if (title !== '' && pull.title !== title) breach('missing', `the title ${title}`);
  const renamed = events.filter(({ event }) => event === 'renamed').length;
  if (renamed > titles) breach('doubled', `it was renamed ${renamed} times, not ${titles}`);

  const merged = records.filter(({ actions }) => actions.some(({ is, result }) => is === 'merge' && result === 'done'));
  if (merges && !pull.pull.merged) breach('missing', 'the merge');
  if (merges && merged.length !== 1) breach('record', `${merged.length} records of the merge`);
}
