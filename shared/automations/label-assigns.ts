import { assign, assignedOn, assigningLabels, defineAutomation, labelSettings } from '../language/index.ts';

export const labelAssigns = defineAutomation({
  name: 'label-assigns',
  summary: 'Assigns people when a label goes on that the settings name for it.',
  on: ['labeled'],
  sleeps: true,
  labels: [],
  labelsBySettings: ({ labels }) => assigningLabels(labels),
  when: ({ labels }) => assigningLabels(labels).length > 0,
  after: [],
  plugin: 'label',
  settings: { labels: labelSettings },
  needs: ['labels'],
  decide({ event, label, labels, subject, settings }) {
    const before = new Set(subject.labels.map((each) => each.toLowerCase()));
    const fresh =
      event === 'labeled' && label !== undefined
        ? [label]
        : [...labels].filter((each) => !before.has(each.toLowerCase()));
    const people = [...new Set(fresh.flatMap((each) => assignedOn(each, settings.labels)))];
    return people.length === 0 ? [] : [assign(people)];
  },
});
