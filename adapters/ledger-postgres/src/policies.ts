import { AegisError } from '@aegis/model';
import type { PolicyVersion } from '@aegis/ports';
import type { Sql } from './sql.ts';
import { storedText, toldText } from './stored-text.ts';

/** Within a write. Throws AegisError `policy_conflict`. */
export async function appendPolicy(sql: Sql, policy: PolicyVersion): Promise<void> {
  const { version, at } = policy;
  const name = storedText(policy.name);
  const [row] = await sql<{ latest: number }>`
    SELECT coalesce(max(version), 0) AS latest FROM policy WHERE name = ${name}`;
  const latest = row?.latest ?? 0;
  if (version !== latest + 1) {
    const message = `policy ${policy.name} is at version ${latest}: version ${version} does not follow it; read it again and repeat the change`;
    throw new AegisError('policy_conflict', message);
  }
  const [author, reason, body] = [policy.author, policy.reason, policy.body].map(storedText) as [
    string,
    string,
    string,
  ];
  await sql`
    INSERT INTO policy (name, version, at, author, reason, body)
    VALUES (${name}, ${version}, ${at}, ${author}, ${reason}, ${body})`;
  await sql`INSERT INTO journal (kind, id, at) VALUES ('policy', ${`${name}@${version}`}, ${at})`;
}

export async function policyHistory(
  sql: Sql,
  name: string,
  limit: number,
): Promise<readonly PolicyVersion[]> {
  const rows = await sql<PolicyVersion>`
    SELECT * FROM policy WHERE name = ${storedText(name)} ORDER BY version DESC LIMIT ${limit}`;
  return rows.map(policyOf);
}

export function policyOf({ name, version, at, author, reason, body }: PolicyVersion): PolicyVersion {
  return {
    name: toldText(name),
    version,
    at,
    author: toldText(author),
    reason: toldText(reason),
    body: toldText(body),
  };
}
