/** Where a command is explained: a page for each family that has one. */
export const FAMILIES = {
  review: { title: 'Review and approval', about: 'Whose word a change needs, and giving it.' },
  people: { title: 'People', about: 'Who is asked, who is assigned, and who is away.' },
  merging: { title: 'Merging', about: 'What is kept from being merged, and where it goes besides.' },
  checks: { title: 'Checks', about: 'What tests and other checks said, and what counts all the same.' },
  tests: { title: 'Tests', about: 'Starting tests, and who may have them started.' },
  labels: { title: 'Labels', about: 'Putting labels on and taking them off.' },
  issues: { title: 'Issues', about: 'Titles, states, milestones and what belongs together; of pull requests as well.' },
  help: { title: 'Help', about: 'What there is, why something is so, and having it looked at again.' },
  fun: { title: 'Fun', about: 'No use at all.' },
} as const;

export type Family = keyof typeof FAMILIES;
