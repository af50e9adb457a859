/** What of the SDK the anchors ask for: its package, loaded whole, has every operation of the service. */
export { ListObjectVersionsCommand, paginateListObjectsV2, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
