/** Where fun comes from, as whoever deploys says: no repository adds a host or a key. */
import { listOf, section, setting, textLike, wholeNumber, type SettingsIn } from '../language/index.ts';

const host = textLike(
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/,
  'a host, as `pictures.example.com`',
);
/** Empty for none. */
const secretName = textLike(/^[A-Za-z0-9/_+=.@-]{0,500}$/, 'the name of a secret in AWS Secrets Manager');

const deployment = { scope: 'deployment' } as const;

export const funSettings = {
  fun: section({
    perHour: setting(
      wholeNumber(0, 1_000),
      20,
      'Jokes and pictures within an hour, in all of a repository; what is above is not asked for.',
      deployment,
    ),
    pictureHosts: setting(
      listOf(host),
      ['random.dog', 'cdn2.thecatapi.com', 'theponyapi.com', 'derpicdn.net', 'images.unsplash.com'],
      'Hosts whose pictures are shown; of others, services may say what they like.',
      deployment,
    ),
    catSecret: setting(
      secretName,
      '',
      'Name of the secret that holds a key of thecatapi.com, which answers without one as well.',
      deployment,
    ),
    gooseSecret: setting(
      secretName,
      '',
      'Name of the secret that holds an access key of unsplash.com; without it there are no geese.',
      deployment,
    ),
  }),
};

export type FunSet = SettingsIn<typeof funSettings>['fun'];
