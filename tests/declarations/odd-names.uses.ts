// Names that mean something in JavaScript: what is declared is what is there at run time.
import { instantiate } from './odd-names.js';

export async function uses(): Promise<number> {
  const { exports } = await instantiate();
  const one = exports['odd:names/object@1.0.0'];
  const object = new one.Object(5);
  new one.Map(1)[Symbol.dispose]();
  const error: InstanceType<typeof one.Error> = new one.Error(2);
  error[Symbol.dispose]();
  const seven: number = exports.then() + exports.constructor() + exports.default() + exports.toString() + exports.undefined() + exports.new();
  // @ts-expect-error a class cannot have a static function of this name
  one.Object.prototype(1);
  // @ts-expect-error a resource of the other version
  exports['odd:names/object@2.0.0'].repOf(object);
  return seven + one.repOf(object) + object.then() + object.constructor() + one.Object.length(3) + one.Map.constructor(4);
}
