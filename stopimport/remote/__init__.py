"""Files that lie elsewhere: in object stores (S3, Google Cloud, Azure) and behind SFTP."""
