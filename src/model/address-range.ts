/** Virtual addresses of a process, `end` exclusive: exact as numbers, since user addresses stay below 2^53. */
export interface AddressRange {
  start: number;
  end: number;
}
