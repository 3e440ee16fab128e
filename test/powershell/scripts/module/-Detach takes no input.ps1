$id = New-TestId
'one' | Invoke-HcsContainer -Id $id -Detach -Command cat -ErrorAction SilentlyContinue -ErrorVariable failure
Assert-Equal $failure.FullyQualifiedErrorId 'invalidRequest,Invoke-HcsContainer'
Assert-Equal @(Get-HcsContainer | Where-Object Id -eq $id).Count 0 'containers made'
