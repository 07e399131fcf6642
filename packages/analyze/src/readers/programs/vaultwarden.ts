import { failed, type Program, patternProgram } from '../program.ts';

/** Vaultwarden. */
export const vaultwarden: Program = patternProgram({ service: 'vaultwarden', ownFile: true }, [
  [
    '][vaultwarden::api::identity][ERROR] Username or password is incorrect. Try again. IP: {client}. Username: {user:rest}',
    failed(),
  ],
]);
