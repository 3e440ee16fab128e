$spec = New-TestSpec echo, 'from a spec'
Assert-Equal ($spec | ConvertTo-Json -Depth 9 | hcs run --rm --spec -) 'from a spec'
