function Wait-Until([scriptblock] $Holds) {
    foreach ($i in 1..100) {
        if (& $Holds) { return }
        Start-Sleep -Milliseconds 200
    }
    throw "never: $Holds"
}
$id = New-TestId
Assert-Equal (Invoke-HcsContainer -Id $id -Remove -Command yes | Select-Object -First 1) 'y'
Wait-Until { -not @(Get-HcsContainer | Where-Object Id -eq $id) }
Assert-Equal (hcs run --rm --id $id -- sh -c 'echo first; sleep 600' | Select-Object -First 1) 'first'
Wait-Until { -not @(Get-HcsContainer | Where-Object Id -eq $id) }
$id = Start-TestContainer
Assert-Equal (Invoke-HcsCommand $id yes | Select-Object -First 1) 'y'
Wait-Until { -not @((Get-HcsContainer $id).Execs | Where-Object Status -eq running) }
Assert-Equal (Get-HcsContainer $id).Status 'running'
Remove-TestContainer $id
