-- When the rounds were made last.
-- out  made (ms), digest (ms), buried: messages that went to dead since that digest
SELECT made, digest, buried FROM rounds;
