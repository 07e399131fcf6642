import { ProtoReader } from '@aegis/protobuf';
import { readAttributes } from './attributes.ts';
import { CONFIG_STATUSES, type ConfigStatus } from './capabilities.ts';
import { type CustomMessage, readCustomCapabilities, readCustomMessage } from './custom-message.ts';

/** What an agent says: OpAMP's `AgentToServer`. What it leaves out has not changed. */
export interface AgentMessage {
  readonly instanceUid: Uint8Array;
  readonly sequence: number;
  readonly capabilities: number;
  readonly flags: number;
  readonly description?: AgentDescription;
  readonly health?: Health;
  readonly effectiveConfig?: readonly ConfigFile[];
  readonly configStatus?: RemoteConfigStatus;
  readonly customCapabilities?: readonly string[];
  readonly custom?: CustomMessage;
  readonly isLast: boolean;
}

export interface AgentDescription {
  readonly identifying: Readonly<Record<string, string>>;
  readonly others: Readonly<Record<string, string>>;
}

/** Of an agent, or one of its components. */
export interface Health {
  readonly healthy: boolean;
  readonly status: string;
  readonly lastError: string;
  readonly components: Readonly<Record<string, Health>>;
}

export interface ConfigFile {
  readonly name: string;
  readonly body: Uint8Array;
  readonly contentType: string;
}

export interface RemoteConfigStatus {
  /** Of the config that it is about; empty before the first. */
  readonly hash: Uint8Array;
  readonly status: ConfigStatus;
  readonly error: string;
}

/** Longer texts are cut, deeper and more components are left out: an agent may be in a stranger's hands. */
const LONGEST_TEXT = 1_024;
const MOST_COMPONENTS = 256;
const DEEPEST = 4;
const MOST_FILES = 64;
const NONE = Buffer.alloc(0);

/** Fields of an earlier or later version of OpAMP are passed over. Throws AegisError `bad_message`. */
export function readAgentMessage(bytes: Buffer): AgentMessage {
  const reader = new ProtoReader(bytes);
  let message: AgentMessage = {
    ...{ instanceUid: NONE, sequence: 0, capabilities: 0, flags: 0, isLast: false },
  };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) message = { ...message, instanceUid: reader.bytes() };
    else if (field === 2) message = { ...message, sequence: reader.number() };
    else if (field === 3) message = { ...message, description: readDescription(reader.message()) };
    else if (field === 4) message = { ...message, capabilities: reader.number() };
    else if (field === 5) message = { ...message, health: readHealth(reader.message(), 0) };
    else if (field === 6) message = { ...message, effectiveConfig: readEffective(reader.message()) };
    else if (field === 7) message = { ...message, configStatus: readConfigStatus(reader.message()) };
    else if (field === 9) message = { ...message, isLast: reader.message().next() >= 0 };
    else if (field === 10) message = { ...message, flags: reader.number() };
    else if (field === 12)
      message = { ...message, customCapabilities: readCustomCapabilities(reader.message()) };
    else if (field === 13) message = { ...message, custom: readCustomMessage(reader.message()) };
    else reader.skip();
  }
  return message;
}

function readDescription(reader: ProtoReader): AgentDescription {
  const identifying: Record<string, string> = Object.create(null);
  const others: Record<string, string> = Object.create(null);
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) readAttributes(reader.message(), identifying);
    else if (field === 2) readAttributes(reader.message(), others);
    else reader.skip();
  }
  return { identifying: { ...identifying }, others: { ...others } };
}

function readHealth(reader: ProtoReader, depth: number): Health {
  const components: Record<string, Health> = Object.create(null);
  let known = 0;
  let health: Health = { healthy: false, status: '', lastError: '', components: {} };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) health = { ...health, healthy: reader.number() !== 0 };
    else if (field === 3) health = { ...health, lastError: reader.text().slice(0, LONGEST_TEXT) };
    else if (field === 4) health = { ...health, status: reader.text().slice(0, LONGEST_TEXT) };
    else if (field === 6 && depth < DEEPEST && known < MOST_COMPONENTS) {
      const { key, value } = readMapEntry(reader.message(), (inner) => readHealth(inner, depth + 1));
      if (value !== undefined) components[key] = value;
      known++;
    } else reader.skip();
  }
  return { ...health, components: { ...components } };
}

function readEffective(reader: ProtoReader): readonly ConfigFile[] {
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) return readConfigMap(reader.message());
    reader.skip();
  }
  return [];
}

function readConfigMap(reader: ProtoReader): readonly ConfigFile[] {
  const files: ConfigFile[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field !== 1 || files.length >= MOST_FILES) {
      reader.skip();
      continue;
    }
    const { key, value } = readMapEntry(reader.message(), readConfigFile);
    if (value !== undefined) files.push({ ...value, name: key });
  }
  return files;
}

function readConfigFile(reader: ProtoReader): Omit<ConfigFile, 'name'> {
  let file: Omit<ConfigFile, 'name'> = { body: NONE, contentType: '' };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) file = { ...file, body: reader.bytes() };
    else if (field === 2) file = { ...file, contentType: reader.text().slice(0, LONGEST_TEXT) };
    else reader.skip();
  }
  return file;
}

function readConfigStatus(reader: ProtoReader): RemoteConfigStatus {
  let status: RemoteConfigStatus = { hash: NONE, status: 'unset', error: '' };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) status = { ...status, hash: reader.bytes() };
    else if (field === 2) status = { ...status, status: CONFIG_STATUSES[reader.number()] ?? 'unset' };
    else if (field === 3) status = { ...status, error: reader.text().slice(0, LONGEST_TEXT) };
    else reader.skip();
  }
  return status;
}

/** An entry of a protobuf map: key 1, value 2. */
function readMapEntry<T>(
  reader: ProtoReader,
  read: (value: ProtoReader) => T,
): { readonly key: string; readonly value: T | undefined } {
  let key = '';
  let value: T | undefined;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) key = reader.text().slice(0, LONGEST_TEXT);
    else if (field === 2) value = read(reader.message());
    else reader.skip();
  }
  return { key, value };
}
