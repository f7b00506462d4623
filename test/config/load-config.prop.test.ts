import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { FIELDS } from '../../src/config/fields.ts';
import {
  readAssignmentLayer,
  readEnvironmentLayer,
  readObjectLayer,
} from '../../src/config/layers.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const fields = fc.constantFrom(...FIELDS.values());
const values = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.string(),
  fc.constant(null),
  fc.jsonValue(),
);

property.prop([fields, values])(
  'a value is either taken over or told as a problem, never both',
  (field, value) => {
    const [section, name] = field.key.split('.');
    const file =
      name === undefined ? { [field.key]: value } : { [section ?? '']: { [name]: value } };
    const { layer, problems } = readObjectLayer('file', file);
    expect([layer.values.size + problems.length, layer.values.has(field.key)]).toEqual([
      1,
      field.schema.safeParse(value).success,
    ]);
  },
);

property.prop([fields, fc.string().filter((text) => text === text.trim())])(
  'a text means the same in the environment and in --set',
  (field, text) => {
    const environment = readEnvironmentLayer({ [field.variable]: text });
    const assignment = readAssignmentLayer([`${field.key}=${text}`]);
    expect([...environment.layer.values]).toEqual([...assignment.layer.values]);
    expect(environment.problems.length).toBe(assignment.problems.length);
  },
);

property.prop([fc.array(fc.string())], { numRuns: 50 })(
  'whatever --set is given, only a ConfigError comes of it',
  (assignments) => {
    try {
      loadConfig({ workingFolder: temporaryFolder(), environment: {}, assignments });
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
    }
  },
);
