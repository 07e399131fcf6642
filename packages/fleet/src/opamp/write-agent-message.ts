import { ProtoWriter } from '@aegis/protobuf';
import type { AgentMessage, ConfigFile, Health } from './agent-message.ts';
import { CONFIG_STATUSES } from './capabilities.ts';
import { writeCustomCapabilities, writeCustomMessage } from './custom-message.ts';

/** OpAMP's `AgentToServer`, as an agent writes it. What is left out has not changed since the message before. */
export function writeAgentMessage(message: AgentMessage): Buffer {
  const { instanceUid, sequence, description, capabilities, health, effectiveConfig } = message;
  const { configStatus, isLast, flags, customCapabilities, custom } = message;
  const writer = new ProtoWriter(512 + (custom?.data.length ?? 0)).bytes(1, instanceUid).number(2, sequence);
  if (description !== undefined)
    writer.message(3, (out) => {
      writeAttributes(out, 1, description.identifying);
      writeAttributes(out, 2, description.others);
    });
  if (capabilities !== 0) writer.number(4, capabilities);
  if (health !== undefined) writer.message(5, (out) => writeHealth(out, health));
  if (effectiveConfig !== undefined)
    writer.message(6, (out) => out.message(1, (map) => writeFiles(map, effectiveConfig)));
  if (configStatus !== undefined)
    writer.message(7, (out) =>
      out
        .bytes(1, configStatus.hash)
        .number(2, CONFIG_STATUSES.indexOf(configStatus.status))
        .text(3, configStatus.error),
    );
  if (isLast) writer.message(9, () => {});
  if (flags !== 0) writer.number(10, flags);
  if (customCapabilities !== undefined)
    writer.message(12, (out) => writeCustomCapabilities(out, customCapabilities));
  if (custom !== undefined) writer.message(13, (out) => writeCustomMessage(out, custom));
  return writer.finish();
}

/** OpenTelemetry's `KeyValue` with a text. */
function writeAttributes(
  writer: ProtoWriter,
  field: number,
  attributes: Readonly<Record<string, string>>,
): void {
  for (const [key, value] of Object.entries(attributes))
    writer.message(field, (out) => out.text(1, key).message(2, (any) => any.text(1, value)));
}

function writeHealth(writer: ProtoWriter, { healthy, lastError, status, components }: Health): void {
  writer
    .number(1, healthy ? 1 : 0)
    .text(3, lastError)
    .text(4, status);
  for (const [name, health] of Object.entries(components))
    writer.message(6, (entry) => entry.text(1, name).message(2, (out) => writeHealth(out, health)));
}

function writeFiles(writer: ProtoWriter, files: readonly ConfigFile[]): void {
  for (const { name, body, contentType } of files)
    writer.message(1, (entry) =>
      entry.text(1, name).message(2, (file) => file.bytes(1, body).text(2, contentType)),
    );
}
