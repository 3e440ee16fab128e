$id = New-TestId
Invoke-HcsContainer -Id $id -Command sh, -c, 'exit 3'
$rows = Get-HcsEvent $id | ConvertTo-Csv | ConvertFrom-Csv
Assert-Equal $rows[0].Type 'create'
Assert-True (-not $rows[0].ExitCode) 'a create has no code'
Assert-Equal ($rows | Where-Object Type -eq exit).ExitCode '3'
# The column of the table is a member.
Assert-Equal (Get-HcsEvent $id | Where-Object Detail -eq 'code 3').Type 'exit'
Assert-Match (Get-HcsEvent $id | Out-String) 'exit +\S+ +init +code 3'
Remove-TestContainer $id
