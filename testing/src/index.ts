export { type ProgramStatus, provideRealPrograms } from './install.ts';
export { createNetwork, type Network, type NetworkHost } from './network.ts';
export { installCommand, REAL_PROGRAMS, type RealProgram } from './programs.ts';
export { pythonWith } from './python-with.ts';
export { describeWithReal, realProgramTest } from './real-program-test.ts';
export { type RealServer, type ServerOptions, startServer } from './real-server.ts';
export { type RedisOptions, type RedisServer, startRedis } from './redis-server.ts';
export { notesEnvironment, readTestedAgainst, testedAgainst } from './tested-against.ts';
export { unpackedPackage } from './unpacked-package.ts';
