/** The gate as a fact, worked out from the facts it looks at. */
import type { FactTypes, Gate } from '../language/index.ts';
import type { GATE_NEEDS, GateFacts } from '../merge/facts.ts';
import { gateOf } from '../merge/gate.ts';
import { ownersGate } from '../merge/leaves/owners.ts';
import type { MergeSettings } from '../merge/settings.ts';

/** How each of them is found out. */
type Ask = { readonly [Name in (typeof GATE_NEEDS)[number]]: () => Promise<FactTypes[Name]> };

export async function gateFrom(ask: Ask, settings: MergeSettings): Promise<Gate> {
  return gateOf(await gateFacts(ask, settings));
}

export async function coverageFrom(ask: Ask, settings: MergeSettings): Promise<Gate> {
  return ownersGate(await gateFacts(ask, settings));
}

async function gateFacts(ask: Ask, settings: MergeSettings): Promise<GateFacts> {
  const [
    pull,
    labels,
    votes,
    lgtms,
    holds,
    requiredSaid,
    freezes,
    blockers,
    behind,
    batch,
    batching,
    queueing,
    arming,
    refusedMerge,
    approval,
    origins,
  ] = await Promise.all([
    ask.pull(),
    ask.labels(),
    ask.votes(),
    ask.lgtms(),
    ask.holds(),
    ask.requiredSaid(),
    ask.freezes(),
    ask.blockers(),
    ask.behind(),
    ask.batch(),
    ask.batching(),
    ask.queueing(),
    ask.arming(),
    ask.refusedMerge(),
    ask.approval(),
    ask.origins(),
  ]);
  return {
    pull,
    labels,
    votes,
    lgtms,
    holds,
    requiredSaid,
    freezes,
    blockers,
    behind,
    batch,
    batching,
    queueing,
    arming,
    refusedMerge,
    approval,
    origins,
    settings,
  };
}
