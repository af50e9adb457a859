/** `npx cdk synth` and `npx cdk deploy`: reads the context of cdk.json and `-c key=value`, and puts one stack together. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { deploymentFrom } from './deployment.ts';
import { BowspritStack } from './stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
new BowspritStack(
  app,
  'Bowsprit',
  deploymentFrom((key) => app.node.tryGetContext(key)),
);
app.synth();
