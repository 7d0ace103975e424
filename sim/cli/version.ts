/** The version of dm-swarm, as package.json has it. */
export { version as VERSION } from '../../package.json';
