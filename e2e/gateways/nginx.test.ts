import { realProgramTest } from '@aegis/testing';
import { gatewayContract } from './gateway-contract.ts';
import { withNginx } from './nginx-scene.ts';

realProgramTest('nginx', 'the shipped configuration refuses who is banned, by auth_request', () =>
  withNginx({}, gatewayContract),
);
