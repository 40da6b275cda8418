export { REPLACED_MODULE, standaloneValidators } from './standalone-validators.ts';
