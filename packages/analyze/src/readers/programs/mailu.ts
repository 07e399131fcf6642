import { notice, type Program, patternProgram } from '../program.ts';

/** Mailu: only what its own limiter did is in its log. */
export const mailu: Program = patternProgram({ service: 'mailu', ownFile: true }, [
  [
    '{_:first}in limiter: Authentication attempt from {client} has been rate-limited.',
    notice('auth_limited'),
  ],
  [
    '{_:first}in limiter: Authentication attempt from {client} for {user} has been rate-limited.',
    notice('auth_limited'),
  ],
]);
