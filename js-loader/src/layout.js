/** Places of the parts of a value. Sizes and alignments come with the plan; offsets follow from them. */

/**
 * Spec: `align_to`.
 *
 * @param {number} address
 * @param {number} align in bytes
 */
export function alignTo(address, align) {
  return Math.ceil(address / align) * align;
}

/**
 * Where the fields of a record are, in memory and among its flat values, and what the whole needs.
 *
 * Spec: `elem_size_record`, `flatten_record`.
 *
 * @param {{ size: number, align: number, flat: unknown[] | null }[]} fields
 */
export function layoutRecord(fields) {
  /** @type {number[]} */
  const offsets = [];
  /** @type {number[]} */
  const positions = [];
  let end = 0;
  let align = 1;
  let position = 0;
  for (const field of fields) {
    offsets.push(alignTo(end, field.align));
    positions.push(position);
    end = alignTo(end, field.align) + field.size;
    align = Math.max(align, field.align);
    position += field.flat?.length ?? Infinity;
  }
  return { offsets, positions, align, size: alignTo(end, align), flatLength: position };
}
