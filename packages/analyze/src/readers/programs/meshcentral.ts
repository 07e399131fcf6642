import { failed, type Program, patternProgram } from '../program.ts';

/** MeshCentral, remote management. */
export const meshcentral: Program = patternProgram(
  { service: 'meshcentral', tags: ['https', 'meshcentral'] },
  [['Failed password for {user} from {client} port {_:number}{*}', failed()]],
);
