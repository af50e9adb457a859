/** What is kept: the audit trail, which only grows, the cache, and the anchors that show when somebody cut the trail. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AUDIT_TABLE, CACHE_TABLE, type TableDefinition } from '../shared/store/tables.ts';

const kindOf = (type: 'S' | 'N'): AttributeType => (type === 'S' ? AttributeType.STRING : AttributeType.NUMBER);

/** Of the cache: one item, or several at once. */
const READING = ['dynamodb:GetItem', 'dynamodb:BatchGetItem'] as const;

export class Tables extends Construct {
  readonly audit: Table;
  readonly cache: Table;
  readonly anchors: Bucket;

  constructor(scope: Construct, id: string, { anchorRetentionDays }: { readonly anchorRetentionDays: number }) {
    super(scope, id);
    this.audit = this.tableFrom('Audit', AUDIT_TABLE, true);
    this.cache = this.tableFrom('Cache', CACHE_TABLE, false);
    this.anchors = new Bucket(this, 'Anchors', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      objectLockEnabled: true,
      // Compliance: not even the account's root user shortens it, which is what makes a cut trail show.
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(anchorRetentionDays)),
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Reading and appending; never updating or deleting (law 13). */
  grantAppend(grantee: IGrantable): void {
    this.audit.grant(grantee, 'dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:Query');
    const resources = [this.anchors.arnForObjects('anchors/*')];
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources }));
  }

  /** For those who show the trail and whether it holds together. */
  grantAuditRead(grantee: IGrantable): void {
    this.audit.grant(grantee, 'dynamodb:GetItem', 'dynamodb:Query');
    const actions = ['s3:ListBucket', 's3:ListBucketVersions'];
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [this.anchors.bucketArn] }));
  }

  grantCache(grantee: IGrantable): void {
    this.cache.grant(grantee, ...READING, 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem');
  }

  /** For those who only look, and only at keys that begin so: what else is cached is none of their business. */
  grantCacheRead(grantee: IGrantable, beginnings: readonly string[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [...READING],
        resources: [this.cache.tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': beginnings.map((each) => `${each}*`) },
        },
      }),
    );
  }

  private tableFrom(id: string, { partition, sort, indexes, expires }: TableDefinition, precious: boolean): Table {
    const table = new Table(this, id, {
      partitionKey: { name: partition.name, type: kindOf(partition.type) },
      ...(sort === undefined ? {} : { sortKey: { name: sort.name, type: kindOf(sort.type) } }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: precious,
      removalPolicy: precious ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(expires === undefined ? {} : { timeToLiveAttribute: expires }),
    });
    for (const index of indexes) {
      table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: { name: index.partition.name, type: kindOf(index.partition.type) },
        sortKey: { name: index.sort.name, type: kindOf(index.sort.type) },
        projectionType: index.projection === 'ALL' ? ProjectionType.ALL : ProjectionType.KEYS_ONLY,
      });
    }
    return table;
  }
}
