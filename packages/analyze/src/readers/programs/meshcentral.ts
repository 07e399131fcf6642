import { failed, patternProgram, type Program } from '../program.ts';

/** MeshCentral, remote management. */
export const meshcentral: Program = patternProgram(
  { service: 'meshcentral', tags: ['https', 'meshcentral'] },
  [
    ['Failed password for {user} from {client} port {_:number}{*}', failed()],
  ],
);
