$list = hcs list --json | ConvertFrom-Json
Assert-True ($null -ne $list.items) 'items'
Assert-Equal ($list.items -is [array]) $true
Assert-Equal $list.ok $true
