function ConvertTo-HcsStatistics {
    <#
    .SYNOPSIS
    Figures of a container as flat numbers, which sort, sum and export; as HCS tells them, with each network endpoint, in the member set Detail.
    #>
    param($Value)

    $detail = ConvertTo-HcsObject -Value $Value
    $received = [uint64] 0
    $sent = [uint64] 0
    foreach ($endpoint in $detail.Network) {
        $received += $endpoint.BytesReceived
        $sent += $endpoint.BytesSent
    }
    $figures = [pscustomobject] [ordered] @{
        Id              = $detail.Id
        ReadAt          = $detail.ReadAt
        UptimeSeconds   = $detail.Uptime100ns / 1e7
        CpuSeconds      = $detail.Processor.Total100ns / 1e7
        UserSeconds     = $detail.Processor.User100ns / 1e7
        KernelSeconds   = $detail.Processor.Kernel100ns / 1e7
        MemoryBytes     = [uint64] $detail.Memory.PrivateWorkingSetBytes
        CommitBytes     = [uint64] $detail.Memory.CommitBytes
        PeakCommitBytes = [uint64] $detail.Memory.CommitPeakBytes
        ReadBytes       = [uint64] $detail.Storage.ReadBytes
        WriteBytes      = [uint64] $detail.Storage.WriteBytes
        ReceivedBytes   = $received
        SentBytes       = $sent
    }
    $figures.PSObject.TypeNames.Insert(0, 'HostCompute.Statistics')
    # No property: Export-Csv, Format-List * and ConvertTo-Json take none of it.
    $parts = [System.Management.Automation.PSMemberInfo[]] @(
        foreach ($property in $detail.PSObject.Properties) {
            New-Object -TypeName System.Management.Automation.PSNoteProperty -ArgumentList $property.Name, $property.Value
        }
    )
    $figures.PSObject.Members.Add((New-Object -TypeName System.Management.Automation.PSMemberSet -ArgumentList 'Detail', $parts))
    $figures
}
