import { ProtoReader, ProtoWriter } from '@aegis/protobuf';

export function authenticateRequest(name: string, password: string): Buffer {
  return new ProtoWriter().text(1, name).text(2, password).finish();
}

export function readToken(bytes: Buffer): string {
  const answer = new ProtoReader(bytes);
  let token = '';
  for (let field = answer.next(); field !== 0; field = answer.next()) {
    if (field === 2) token = answer.text();
    else answer.skip();
  }
  return token;
}

export interface MemberStatus {
  /** `3.5.12` */
  readonly version: string;
  readonly databaseBytes: number;
  readonly hasLeader: boolean;
  /** Alarms and other troubles, in etcd's words. */
  readonly errors: readonly string[];
}

export function readStatus(bytes: Buffer): MemberStatus {
  const answer = new ProtoReader(bytes);
  const errors: string[] = [];
  let [version, databaseBytes, hasLeader] = ['', 0, false];
  for (let field = answer.next(); field !== 0; field = answer.next()) {
    if (field === 2) version = answer.text();
    else if (field === 3) databaseBytes = answer.number();
    else if (field === 4) hasLeader = answer.number() !== 0;
    else if (field === 8) errors.push(answer.text());
    else answer.skip();
  }
  return { version, databaseBytes, hasLeader, errors };
}
