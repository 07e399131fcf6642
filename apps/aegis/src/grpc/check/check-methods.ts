import type { Checks } from '../../node/services.ts';
import type { AnsweringMethod } from '../grpc-method.ts';
import { readAddresses, readCheckRequest, writeVerdict, writeVerdicts } from './check-messages.ts';

/** The check service of `integrations/proto/aegis/check/v1/check.proto`. */
export function checkMethods(checks: Pick<Checks, 'check' | 'checkAddresses'>): readonly AnsweringMethod[] {
  const one = (message: Buffer): Buffer => writeVerdict(checks.check(readCheckRequest(message)));
  const many = (message: Buffer): Buffer => writeVerdicts(checks.checkAddresses(readAddresses(message)));
  const method = (
    name: string,
    kind: AnsweringMethod['kind'],
    answer: AnsweringMethod['answer'],
  ): AnsweringMethod => ({ kind, path: `/aegis.check.v1.CheckService/${name}`, permission: 'check', answer });
  return [
    method('Check', 'unary', one),
    method('CheckStream', 'each', one),
    method('CheckAddresses', 'unary', many),
    method('CheckAddressesStream', 'each', many),
  ];
}
