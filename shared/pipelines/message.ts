/** What whoever runs a job elsewhere is told of it, as JSON, by whatever way it comes: see docs/pipelines/https.md. */
import { pullNamed, variablesOf, type JobRequest } from './engine.ts';
import { TOKEN_SECONDS, tokenFor, type TokenFor } from './signing.ts';

/** `more`: what the way has of its own. */
export function messageOf(request: JobRequest, more: Readonly<Record<string, unknown>>): string {
  const { key, job, provider, repository, pull, headSha, baseRef, by, at, parameters } = request;
  return JSON.stringify({
    version: 1,
    key,
    job,
    pull: pullNamed(request),
    provider,
    repository: `${repository.owner}/${repository.name}`,
    number: pull,
    headSha,
    baseRef,
    by,
    at,
    parameters,
    variables: variablesOf(request),
    ...more,
  });
}

/** What the result has to come back with. */
export function grantFor(
  secret: string,
  engine: TokenFor['engine'],
  request: JobRequest,
): { readonly token: string; readonly expires: string } {
  const expires = new Date(Date.parse(request.at) + TOKEN_SECONDS * 1_000).toISOString();
  return { token: tokenFor(secret, engine, request), expires };
}
