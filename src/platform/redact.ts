import type { Environment } from './environment.ts';

const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|ACCOUNT/i;
/** What is shorter is no secret, and would blot out ordinary words. */
const LEAST_SECRET = 6;
/** Keys as providers write them, also with their middle starred out. */
const KEY_SHAPES = /\b(?:sk|xai|gsk)-[A-Za-z0-9*_-]{6,}/g;

const REDACTED = '[redacted]';

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/** Makes what takes every secret of the environment, and everything that looks like a key, out of a text. */
export function redactorOf(environment: Environment): Redact {
  const secrets = Object.entries(environment)
    .filter(([name, value]) => SECRET_NAME.test(name) && value.length >= LEAST_SECRET)
    .map(([, value]) => value)
    // a secret may hold another one
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of secrets) clean = clean.replaceAll(secret, REDACTED);
    return clean.replace(KEY_SHAPES, REDACTED);
  };
}
