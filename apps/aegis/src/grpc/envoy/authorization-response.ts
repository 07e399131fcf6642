import { ProtoWriter } from '@aegis/protobuf';
import { GRPC_STATUS } from '../grpc-status.ts';

export type HeaderFields = Readonly<Record<string, string>>;

/** HeaderValueOption.append_action. */
const OVERWRITE_IF_EXISTS_OR_ADD = 2;

/** `envoy.service.auth.v3.CheckResponse` that lets the request pass, with these headers in place of the client's. */
export function passing(headers: HeaderFields, without: readonly string[]): Buffer {
  return new ProtoWriter()
    .message(1, () => {})
    .message(3, (response) => {
      for (const [name, value] of Object.entries(headers)) writeHeader(response, name, value);
      for (const name of without) response.text(5, name);
    })
    .finish();
}

/** The one that refuses it, with what the client is answered. */
export function refusing(httpStatus: number, headers: HeaderFields, body: string): Buffer {
  return new ProtoWriter(512)
    .message(1, (status) => status.number(1, GRPC_STATUS.permissionDenied))
    .message(2, (response) => {
      response.message(1, (status) => status.number(1, httpStatus));
      for (const [name, value] of Object.entries(headers)) writeHeader(response, name, value);
      response.text(3, body);
    })
    .finish();
}

function writeHeader(response: ProtoWriter, name: string, value: string): void {
  response.message(2, (option) =>
    option.message(1, (header) => header.text(1, name).text(2, value)).number(3, OVERWRITE_IF_EXISTS_OR_ADD),
  );
}
