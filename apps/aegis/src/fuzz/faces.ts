import { createReader, detectFormat, READER_FORMATS } from '@aegis/analyze';
import { AegisError, Result } from '@aegis/model';
import { parseRules } from '@aegis/scenario';
import { canonicalJson, openCheckpoint, parseVerifier, SUITES } from '@aegis/trail';
import { loadConfig } from '../config/load-config.ts';
import { Alerts } from '../crowdsec/alert.ts';
import { checked } from '../crowdsec/checked.ts';
import { decisionFilter } from '../crowdsec/decision-filter.ts';
import { parseGoDuration } from '../crowdsec/lapi-decision.ts';
import { readAddresses, readCheckRequest } from '../grpc/check/check-messages.ts';
import { readAuthorizationRequest, wantedHeaders } from '../grpc/envoy/authorization-request.ts';
import { MessageAssembler } from '../grpc/message-assembler.ts';
import { readDeltaRequest } from '../grpc/xds/discovery-messages.ts';
import { readGuardFile } from '../guard/guard-file.ts';
import { checkInput } from '../http/check-input.ts';
import { parseJson } from '../http/parse-json.ts';
import { routes } from '../http/routes.ts';
import { readPolicyText } from '../policy/read-policy-text.ts';
import { type EntryProofDocument, proofProblem } from '../trail/entry-proof.ts';
import { unseal } from '../trail/sealed-lines.ts';
import { verifyExport } from '../trail/trail-export.ts';
import { type Face, face } from './face.ts';
import { PROTOCOL_FACES } from './protocol-faces.ts';
import * as seeds from './seeds.ts';
import { sealedSeed, trailSeeds } from './trail-seeds.ts';

/** Inputs that one reader takes, as one of a file takes many lines: to make one takes longer than to read some. */
const INPUTS_A_READER = 100;

const readers = READER_FORMATS.map((format) => {
  let reader = createReader(format);
  let taken = 0;
  return face(`log reader ${format}`, seeds.LOG_LINES[format], (_, text) => {
    if (++taken % INPUTS_A_READER === 0) reader = createReader(format);
    for (const line of text.split('\n')) reader.read(line, 0);
  });
});

const jsonForms = routes.flatMap(({ id, body = {} }) =>
  Object.values(body).flatMap((form) => (form.kind === 'json' ? [{ id, form }] : [])),
);

const http = face(
  'HTTP JSON bodies, all routes',
  jsonForms.map(({ form }) => JSON.stringify(form.example)),
  (bytes) => {
    const parsed = parseJson(bytes);
    if (!parsed.ok) return;
    for (const { form } of jsonForms) checkInput('body', parsed.value, form.schema);
  },
);

const crowdsec = face('CrowdSec alerts and queries', seeds.CROWDSEC, (bytes, text) => {
  decisionFilter({ scopes: text, origins: text, type: text, scenarios_containing: text });
  const parsed = parseJson(bytes);
  const alerts = parsed.ok ? checked(Alerts, parsed.value) : undefined;
  if (alerts?.ok === true)
    for (const { decisions } of alerts.value)
      for (const each of decisions ?? []) parseGoDuration(each.duration);
});

const WANTED = wantedHeaders('user-agent', 'x-forwarded-for');
const readAuthorization = (message: Buffer): unknown => readAuthorizationRequest(message, WANTED);

const grpc = face('gRPC frames and messages', seeds.GRPC_FRAMES, (bytes) => {
  const assembler = new MessageAssembler(4_096);
  const messages = [bytes, ...assembler.push(bytes.subarray(0, 3)), ...assembler.push(bytes.subarray(3))];
  for (const message of messages)
    for (const read of [readCheckRequest, readAddresses, readAuthorization, readDeltaRequest])
      try {
        read(message);
      } catch (error) {
        if (!(error instanceof AegisError)) throw error;
      }
});

const file = (bytes: Buffer) => () => Result.ok(bytes);

const config = face('config YAML', seeds.CONFIG, (bytes) => {
  const readFile = file(bytes);
  loadConfig({ env: { AEGIS_CONFIG: 'aegis.yaml' }, cwd: '/', hostname: 'host', readFile });
});
const policy = face('policy YAML', seeds.POLICY, (bytes) => void readPolicyText('policy.yaml', bytes));
const guard = face('guard config', seeds.GUARD, (bytes) => {
  readGuardFile('guard.toml', file(bytes));
  readGuardFile('guard.yaml', file(bytes));
});
const rules = face('scenario rules', seeds.RULES, (_, text) => void parseRules('rules.yaml', text));
const formats = face(
  'format detection',
  Object.values(seeds.LOG_LINES).flat(),
  (_, text) => void detectFormat(text.split('\n')),
);

const json: Face = {
  name: 'canonical JSON',
  seeds: seeds.JSON_TEXTS,
  feed(_, text) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return undefined;
    }
    const once = canonicalJson(value);
    return canonicalJson(JSON.parse(once)) === once ? undefined : `${text} has two forms`;
  },
};

const trails = SUITES.flatMap((suite): readonly Face[] => {
  const { verifier, checkpoint, publicKey, proof, exported } = trailSeeds(suite);
  const sealed = sealedSeed(suite);
  return [
    {
      name: `checkpoints ${suite}`,
      seeds: [checkpoint],
      feed: (_, text) =>
        text !== checkpoint && openCheckpoint(text, verifier).ok ? `a forged checkpoint: ${text}` : undefined,
    },
    face(`public keys ${suite}`, [publicKey], (_, text) => void parseVerifier(text)),
    {
      name: `proofs ${suite}`,
      seeds: [proof],
      feed: (_, text) => forgedProof(text, JSON.parse(proof), verifier),
    },
    {
      name: `exports ${suite}`,
      seeds: [exported],
      async feed(_, text) {
        await verifyExport(linesOf(text), verifier, [checkpoint]);
        return undefined;
      },
    },
    {
      name: `sealed lines of the local buffer ${suite}`,
      seeds: [sealed.line],
      feed(_, text) {
        const opened = unseal(suite, sealed.key, sealed.previous, text);
        const isSame = Buffer.from(text, 'base64').equals(Buffer.from(sealed.line, 'base64'));
        return opened === undefined || isSame ? undefined : `a forged line: ${text}`;
      },
    },
  ];
});

/** A proof that holds and says another thing than the true one. */
function forgedProof(
  text: string,
  truth: EntryProofDocument,
  verifier: ReturnType<typeof trailSeeds>['verifier'],
): string | undefined {
  let said: EntryProofDocument;
  try {
    said = { ...truth, ...JSON.parse(text) };
  } catch {
    return undefined;
  }
  const isShaped =
    Number.isInteger(said.index) &&
    Number.isInteger(said.size) &&
    [said.leaf, said.checkpoint, ...(Array.isArray(said.proof) ? said.proof : [0])].every(
      (each) => typeof each === 'string',
    ) &&
    (said.body === undefined || typeof said.body === 'string');
  if (!isShaped || proofProblem(said, verifier) !== undefined) return undefined;
  return said.index === truth.index && (said.body === undefined || said.body === truth.body)
    ? undefined
    : `a forged proof: ${text}`;
}

async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.split('\n');
}

const slow = (each: Face): Face => ({ ...each, slow: true });

/** Every parser of what others write but those of feeds, which have a test of their own. */
export const FACES: readonly Face[] = [
  ...readers,
  formats,
  http,
  crowdsec,
  grpc,
  ...[config, policy, guard, rules].map(slow),
  json,
  ...trails,
  ...PROTOCOL_FACES,
];
