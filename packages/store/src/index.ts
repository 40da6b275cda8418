export {
  openDatabase,
  type Database,
  type DatabaseOptions,
  type Migration,
  type SqlValue,
} from './database.ts';
export { StoreError, type StoreErrorKind } from './store-error.ts';
