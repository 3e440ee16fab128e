$lines = @(hcs list)
Assert-Equal $lines.Count 1
Assert-True ($lines[0] -cmatch '^[\x20-\x7e]+$') 'ASCII'
